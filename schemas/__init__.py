"""What a fact is: code lists, the models of every table and reference file, and the judge of rows."""
