"""From snapshots of single releases to the merged files, and from those to the database. Pure."""
