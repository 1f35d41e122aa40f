package io.millrace.standalone.demo;

/**
 * A few sentences or lines of one file.
 *
 * @param file relative to the folder that was read
 * @param line where it begins, from 1
 */
record Passage(String file, int line, String text) {
    /** Names it in the job; no two passages begin at one place. */
    String customId() {
        return file + ":" + line;
    }
}
