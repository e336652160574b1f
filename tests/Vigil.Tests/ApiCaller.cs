using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Vigil.Ingest;

namespace Vigil.Tests;

/// <summary>Asks a running API as an authoriser does.</summary>
sealed class ApiCaller : IDisposable
{
    internal const string Key = "a-key-of-the-tests";

    readonly HttpClient _client;

    internal ApiCaller(string address, string? key = Key)
    {
        _client = new HttpClient { BaseAddress = new Uri(address) };
        if (key is not null) _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>What the service knows of <see cref="Key"/>.</summary>
    internal static string KeyHash => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Key)));

    /// <summary>A transaction of now.</summary>
    internal static JsonObject Transaction(string id, string card, long amount = 1250) => new()
    {
        ["transaction_id"] = id,
        ["card_token"] = card,
        ["event_time"] = Instant.From(TimeProvider.System.GetUtcNow()).Microseconds,
        ["amount"] = amount,
        ["currency"] = "EUR",
        ["merchant_id"] = "m1",
        ["mcc"] = 5999,
        ["merchant_country"] = "BE",
        ["entry_mode"] = "chip",
    };

    /// <summary>Posts JSON; the answer's status, and its body as it is.</summary>
    internal async Task<(HttpStatusCode Status, string Body)> PostAsync(string path, string json, int? deadlineMs = 10_000, string type = "application/json")
    {
        using var response = await SendAsync(path, json, deadlineMs, type);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Xunit.TestContext.Current.CancellationToken));
    }

    internal Task<HttpResponseMessage> SendAsync(string path, string json, int? deadlineMs = 10_000, string type = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new StringContent(json, Encoding.UTF8, type) };
        if (deadlineMs is { } deadline) request.Headers.Add("Deadline-Ms", $"{deadline}");
        return _client.SendAsync(request, Xunit.TestContext.Current.CancellationToken);
    }

    /// <summary>The answer to one transaction, which is an answer.</summary>
    internal async Task<JsonObject> ScoreAsync(JsonObject transaction, int? deadlineMs = 10_000)
    {
        var (status, body) = await PostAsync("/v1/score", transaction.ToJsonString(), deadlineMs);
        return status == HttpStatusCode.OK ? JsonNode.Parse(body)!.AsObject() : throw new InvalidOperationException($"{status}: {body}");
    }

    internal Task<string> GetAsync(string path) => _client.GetStringAsync(new Uri(path, UriKind.Relative), Xunit.TestContext.Current.CancellationToken);

    public void Dispose() => _client.Dispose();
}
