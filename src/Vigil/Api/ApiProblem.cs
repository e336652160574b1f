using System.Globalization;
using Vigil.Ingest;

namespace Vigil.Api;

/// <summary>What a caller is told instead of an answer, as application/problem+json (RFC 9457). Nothing of it quotes the request.</summary>
static class ApiProblem
{
    internal static IResult Unauthorized(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Of(StatusCodes.Status401Unauthorized, "No valid key", "Expected is the header Authorization: Bearer KEY, with a key that is configured here.");
    }

    internal static IResult BadRequest(string detail) => Of(StatusCodes.Status400BadRequest, "The request cannot be read", detail);

    internal static IResult NotJson() => Of(StatusCodes.Status415UnsupportedMediaType, "The request is no JSON", "Expected is Content-Type: application/json.");

    internal static IResult TooLarge(int most) => Of(StatusCodes.Status413PayloadTooLarge, "The request is too large", $"At most {most} bytes are taken.");

    /// <summary>A transaction by no contract: which rule, and in a batch which transaction.</summary>
    internal static IResult Rejected(Rejection rejection, int? index) => Of(
        StatusCodes.Status400BadRequest, "The transaction is rejected", rejection.Message,
        index is { } at ? new() { ["reason"] = rejection.Reason, ["index"] = at } : new() { ["reason"] = rejection.Reason });

    internal static IResult TooMany(HttpContext context, TimeSpan retryAfter)
    {
        RetryAfter(context, retryAfter);
        return Of(StatusCodes.Status429TooManyRequests, "Too many transactions", "This key's rate is used up.");
    }

    internal static IResult Busy(HttpContext context)
    {
        RetryAfter(context, TimeSpan.FromSeconds(1));
        return Of(StatusCodes.Status503ServiceUnavailable, "Too many transactions wait", "Nothing was appended.");
    }

    internal static IResult NoKafka(HttpContext context)
    {
        RetryAfter(context, TimeSpan.FromSeconds(1));
        return Of(
            StatusCodes.Status503ServiceUnavailable, "Kafka does not take transactions",
            "The transaction may be scored later all the same. Asking again with the same transaction_id does no harm.");
    }

    static void RetryAfter(HttpContext context, TimeSpan after) =>
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    static IResult Of(int status, string title, string detail, Dictionary<string, object?>? more = null) =>
        Results.Problem(detail, statusCode: status, title: title, extensions: more);
}
