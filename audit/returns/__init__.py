"""An agency's return for a case: requested, drafted, sent, handed over, taken back."""
