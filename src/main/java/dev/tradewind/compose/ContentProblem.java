package dev.tradewind.compose;

/**
 * What is wrong with submitted content: all that the API says about it (API facts 1.3, 1.5).
 *
 * @param field       path of the field, such as {@code content.attachments[0].data}
 * @param status      HTTP status
 * @param code        extended error code
 * @param message     the code in words, the same for each problem of a code
 * @param description what is wrong, the limit, and what to do
 */
public record ContentProblem(String field, int status, String code, String message, String description) {
    static ContentProblem missing(String field) {
        return new ContentProblem(field, 422, "1400", "required field is missing", field + " is required");
    }

    static ContentProblem malformed(String field, String description) {
        return new ContentProblem(field, 422, "1300", "invalid data format/type", field + ' ' + description);
    }

    static ContentProblem combination(String field, String description) {
        return new ContentProblem(field, 422, "1301", "invalid field combination", description);
    }

    static ContentProblem header(String field, String description) {
        return new ContentProblem(field, 422, "3002", "invalid header", field + ' ' + description);
    }

    static ContentProblem unknown(String field, String description) {
        return new ContentProblem(field, 422, "1603", "subresource not found", description);
    }

    static ContentProblem noLocalPart(String field) {
        return new ContentProblem(field, 400, "2008", "sender has no local part", field + " must be local@domain");
    }
}
