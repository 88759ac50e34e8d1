"""Reading tables as offices send them: from a file to rows, columns, words and values, with a question wherever it is not clear."""
