"""A cycle before it opens: planning it, and giving it places and cases."""
