"""What `roundtable doctor` looks at, a file a subject: each asks the rules, and changes nothing."""
