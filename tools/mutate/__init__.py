"""`./dev mutate`: each rule's check, compiled out once."""
