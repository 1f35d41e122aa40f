package io.millrace.worker.backend;

/**
 * Answers {@code /v1/embeddings}, as OpenAI defines it.
 *
 * @param model the model's name, as it stands in answers
 * @param outputs how long its vectors are
 */
public record EmbeddingTask(String model, int outputs) implements TextTask {
    @Override
    public String endpoint() {
        return "/v1/embeddings";
    }

    @Override
    public Question read(byte[] body) {
        EmbeddingRequest request = EmbeddingRequest.parse(body, outputs);
        return new Question(
                request.texts(),
                (vectors, tokens) -> EmbeddingResponse.render(model, vectors, tokens, request.base64()));
    }
}
