"""An agency's return for a case: asked, drafted, sent, passed on, taken back."""
