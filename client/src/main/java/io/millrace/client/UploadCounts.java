package io.millrace.client;

/**
 * What an upload cost.
 *
 * @param fileId the file that the upload became
 * @param input the file's length in bytes
 * @param sent bytes of content handed to connections
 * @param resent of these, bytes that had been handed over before
 * @param interruptions how often the link broke or the server had no room
 */
public record UploadCounts(String fileId, long input, long sent, long resent, int interruptions) {}
