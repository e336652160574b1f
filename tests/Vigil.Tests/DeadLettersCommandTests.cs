using System.Text;
using Vigil.Ingest;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Tests;

public sealed class DeadLettersCommandTests(TestPostgres postgres, RealKafka kafka)
{
    // Luhn-valid, of no issuer: built here so that no card number stands in the source.
    static readonly string s_cardNumber = new('0', 16);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static string Transaction(string merchant) =>
        $$"""{"transaction_id":"t1","card_token":"c1","event_time":{{Instant.From(TimeProvider.System.GetUtcNow()).Microseconds}},"amount":1250"""
        + $$""","currency":"EUR","merchant_id":"{{merchant}}","mcc":5999,"merchant_country":"BE","entry_mode":"chip"}""";

    [Fact]
    public async Task A_record_with_a_card_number_is_listed_shown_masked_corrected_from_standard_input_and_then_scored()
    {
        var stream = await RealStream.CreateAsync(kafka, postgres);
        stream.ProduceRaw(Encoding.UTF8.GetBytes(Transaction($"m\u001b[2J-{s_cardNumber}").Replace("\u001b", "\\u001b")));
        await using var service = stream.Serve(out _);
        await RealStream.UntilAsync(async () => (await stream.CountAsync()).DeadLetters == 1, service);

        string list = await RunAsync(stream, "", "list", "--stream", stream.StreamId, "--reason", "pan", "--since", "1h", "--pending");
        Assert.StartsWith("dead letters: 1 (pan 1)", list);
        string place = list.Split('\n', StringSplitOptions.TrimEntries).Single(line => line.Contains("  pan ", StringComparison.Ordinal)).Split(' ')[0];
        string shown = await RunAsync(stream, "", "show", place, "--stream", stream.StreamId);
        Assert.Contains("replayed  never", shown);
        Assert.Contains("****************", shown);
        Assert.DoesNotContain(s_cardNumber, list + shown);

        Assert.Contains("no transaction by today's rules: pan", await RunAsync(stream, "", 2, "replay", place));
        Assert.Contains("Replayed as", await RunAsync(stream, Transaction("m1"), "replay", place, "--record", "-", "--by", "ana"));
        await stream.UntilScoredAsync(1, service);

        Assert.Contains("was replayed corrected by ana", await RunAsync(stream, Transaction("m1"), 2, "replay", place, "--record", "-"));
        Assert.StartsWith("dead letters: 0", await RunAsync(stream, "", "list", "--stream", stream.StreamId, "--pending"));
        Assert.Contains("[replayed]", await RunAsync(stream, "", "list", "--stream", stream.StreamId));
        Assert.Equal((1L, 1L), await ScoredAndDeadAsync(stream));
    }

    [Theory]
    [InlineData("show", "nonsense")]
    [InlineData("show", "1:-1")]
    [InlineData("list", "--limit", "0")]
    [InlineData("list", "--since", "soon")]
    [InlineData("list", "--postgres", "Host=127.0.0.1;Port=1;Username=nobody;Database=none")]
    [InlineData("replay", "0:1")]
    [InlineData("replay", "0:1", "--kafka", "127.0.0.1:1", "--postgres", "Host=127.0.0.1;Port=1;Username=nobody;Database=none")]
    [InlineData("replay", "0:1", "--by", " ")]
    public async Task What_the_user_can_mend_is_said_in_words_with_exit_code_2(params string[] arguments)
    {
        await using var process = VigilProcess.Start(
            new Dictionary<string, string> { ["Vigil__Kafka__ConnectTimeout"] = "00:00:01" }, ["dead-letters", .. arguments]);

        Assert.Equal(2, await process.WaitAsync(Cancellation));
        Assert.NotEqual("", process.Errors.Trim());
        Assert.DoesNotContain("   at ", process.Errors);
    }

    static async Task<(long, long)> ScoredAndDeadAsync(RealStream stream)
    {
        var counts = await stream.CountAsync();
        return (counts.Scored, counts.DeadLetters);
    }

    static Task<string> RunAsync(RealStream stream, string input, params string[] arguments) => RunAsync(stream, input, 0, arguments);

    static async Task<string> RunAsync(RealStream stream, string input, int exitCode, params string[] arguments)
    {
        await using var process = VigilProcess.Start(stream.Environment, ["dead-letters", .. arguments]);
        await process.WriteAsync(input);
        Assert.True(await process.WaitAsync(Cancellation) == exitCode, process.Errors);
        return exitCode == 0 ? process.Output : process.Errors;
    }
}
