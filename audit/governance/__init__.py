"""What a data protection officer asks for: everything about a case or a person's acts, who read what, and who may."""
