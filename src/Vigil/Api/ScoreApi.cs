using System.Text.Json.Nodes;
using Vigil.Ingest;

namespace Vigil.Api;

/// <summary>Composes the synchronous API, where there is a key for it.</summary>
static class ScoreApi
{
    /// <summary>Adds what answers requests; nothing without a key.</summary>
    /// <exception cref="UserError">A key's hash is none.</exception>
    internal static void AddScoreApi(this IServiceCollection services, ApiOptions options)
    {
        if (!options.IsOn) return;
        services.AddSingleton(options).AddSingleton(new ApiKeys(options)).AddSingleton<ApiRates>();
        services.AddSingleton<ScoreBoard>().AddSingleton<TransactionAppender>().AddSingleton<ScoreRequests>();
        services.AddSingleton<ApiTelemetry>().AddSingleton<ApiServices>().AddSingleton<ScoreEndpoint>();
        services.AddSingleton<ScoreFeed>().AddHostedService(provider => provider.GetRequiredService<ScoreFeed>());
    }

    /// <summary>The API's addresses, where it is on.</summary>
    internal static void MapScoreApi(this WebApplication app)
    {
        if (app.Services.GetService<ScoreEndpoint>() is not { } endpoint) return;
        app.MapPost("/v1/score", (Delegate)endpoint.ScoreAsync);
        app.MapPost("/v1/score/batch", (Delegate)endpoint.ScoreBatchAsync);
        string document = Document();
        app.MapGet("/openapi/v1.json", () => Results.Text(document, "application/json"));
    }

    /// <summary>schemas/score-api.openapi.json with the transaction's contract in its place.</summary>
    internal static string Document()
    {
        var document = Read("score-api.openapi.json");
        var transaction = Read("transaction.schema.json");
        transaction.Remove("$schema");
        document["components"]!["schemas"]!["Transaction"] = transaction;
        return document.ToJsonString();
    }

    static JsonObject Read(string contract)
    {
        using var stream = typeof(ScoreApi).Assembly.GetManifestResourceStream(contract)
            ?? throw new InvalidOperationException($"{contract} was not built into the program.");
        return JsonNode.Parse(stream)!.AsObject();
    }
}
