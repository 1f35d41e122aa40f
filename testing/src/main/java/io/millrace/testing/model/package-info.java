/** A scripted model server that speaks OpenAI's protocol and fails on command. */
@NullMarked
package io.millrace.testing.model;

import org.jspecify.annotations.NullMarked;
