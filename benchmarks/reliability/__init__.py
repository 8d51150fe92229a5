"""The promises that nothing is ever lost: each is tried over and over, and every attempt is known again by its seed."""
