"""The documents of a case (文书): kinds and fields, facts of the case, templates of the node."""
