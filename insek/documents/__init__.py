"""Documents: files with their text by page, the reader, and the passages that items cite."""
