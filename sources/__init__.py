"""How a publisher's file becomes rows: snapshots and ledger, readers, layouts, names, intake."""
