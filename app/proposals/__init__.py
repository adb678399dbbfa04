"""What was read and needs a person's word before it counts."""
