"""The sandbox's page in a browser: one workspace, one sheet and the product's clock, rendered on the server."""
