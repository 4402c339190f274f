"""The whole file of a case (卷宗): its number, its papers in order, written out for the archive."""
