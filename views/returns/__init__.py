"""An agency's return for a case: requesting, drafting, sending, handing over and taking back."""
