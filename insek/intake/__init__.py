"""Many at once: tables read in, bulk changes, and the batches of both."""
