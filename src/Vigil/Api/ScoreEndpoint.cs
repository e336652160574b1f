using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Vigil.Ingest;

namespace Vigil.Api;

/// <summary>One request from its arrival to its answer: key, rate, body, room, score.</summary>
sealed class ScoreEndpoint(ApiKeys keys, ApiRates rates, ScoreRequests requests, ApiServices services)
{
    const string DeadlineHeader = "Deadline-Ms";
    const int LongestDeadlineMs = 10_000;

    readonly ApiOptions _options = services.Options;
    readonly ScoreBody _body = new(services.Decoder, services.Options.MaxBatch);

    internal Task<IResult> ScoreAsync(HttpContext context) => AnswerAsync(context, isBatch: false);

    internal Task<IResult> ScoreBatchAsync(HttpContext context) => AnswerAsync(context, isBatch: true);

    async Task<IResult> AnswerAsync(HttpContext context, bool isBatch)
    {
        long arrived = services.Clock.GetTimestamp();
        if (keys.CallerOf(context.Request) is not { } caller) return ApiProblem.Unauthorized(context);
        if (DeadlineOf(context.Request) is not { } deadline) return ApiProblem.BadRequest($"{DeadlineHeader} must be from 1 to {LongestDeadlineMs}.");
        if (!context.Request.HasJsonContentType()) return ApiProblem.NotJson();
        if (await BytesOf(context) is not { } bytes) return ApiProblem.TooLarge(_options.MaxRequestBytes);
        var transactions = _body.Read(bytes, isBatch, Instant.From(services.Clock.GetUtcNow()), out var problem);
        if (problem is not null) return problem;
        if (!rates.TryTake(caller, transactions.Count, out var retryAfter)) return ApiProblem.TooMany(context, retryAfter);
        if (!requests.TryEnter(transactions.Count)) return ApiProblem.Busy(context);
        try
        {
            var scores = await requests.ScoreAsync(transactions, deadline - services.Clock.GetElapsedTime(arrived), context.RequestAborted);
            services.Telemetry.Answered(scores, services.Clock.GetElapsedTime(arrived));
            return Results.Bytes(Write(scores, isBatch), "application/json");
        }
        catch (KafkaUnreachableException error)
        {
            Log.NotAppended(services.Logger, error.Message);
            return ApiProblem.NoKafka(context);
        }
        finally
        {
            requests.Leave(transactions.Count);
        }
    }

    TimeSpan? DeadlineOf(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(DeadlineHeader, out var text)) return _options.Deadline;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int ms) && ms is >= 1 and <= LongestDeadlineMs
            ? TimeSpan.FromMilliseconds(ms) : null;
    }

    /// <summary>The whole body; null where it is too large.</summary>
    async Task<byte[]?> BytesOf(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = _options.MaxRequestBytes;
        try
        {
            using var bytes = new MemoryStream();
            await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
            return bytes.ToArray();
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    static ReadOnlyMemory<byte> Write(Score[] scores, bool isBatch)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, TransactionJson.WriterOptions))
        {
            if (isBatch) writer.WriteStartArray();
            foreach (var score in scores) ScoreJson.Write(writer, score);
            if (isBatch) writer.WriteEndArray();
        }
        return bytes.WrittenMemory;
    }
}

/// <summary>What a request needs beside its own way.</summary>
/// <param name="stages">The stream's decoder, options and clock.</param>
/// <param name="telemetry">Counts answers.</param>
/// <param name="logger">Is told when Kafka takes nothing.</param>
sealed class ApiServices(ScoringStages stages, ApiTelemetry telemetry, ILogger<ScoreEndpoint> logger)
{
    internal ApiOptions Options => stages.Options.Api;

    internal RecordDecoder Decoder => stages.Decoder;

    internal TimeProvider Clock => stages.Clock;

    internal ApiTelemetry Telemetry => telemetry;

    internal ILogger Logger => logger;
}
