"""What is told to whom: one outbox in the database, sent by a job; who is told what is a table."""
