"""What a report on one collection says, gathered from it; how that is drawn and written is not decided here."""
