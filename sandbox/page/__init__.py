"""The page: one workspace, one sheet and the product's clock in a browser, drawn on the server."""
