"""What a data protection officer asks for: all of one case, of one person's acts, who read what, and who may."""
