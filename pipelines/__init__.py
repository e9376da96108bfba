"""When and how it runs: definitions, warehouse, publishing, automation, command line."""
