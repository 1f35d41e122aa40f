package io.millrace.assembler.core;

/**
 * How far a job's file is expanded, always at the beginning of a line.
 *
 * @param position the file's byte that is read next
 * @param lines lines before it, blank ones included
 * @param items lines before it that are not blank
 */
public record Progress(long position, long lines, long items) {}
