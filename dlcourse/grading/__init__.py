"""Grading a class: run hostile code confined, compare outside, keep every mark explained."""
