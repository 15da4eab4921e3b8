"""What people and the schedule do in purchasing."""
