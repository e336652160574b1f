using Vigil.Ingest;
using Vigil.Simulator;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Tests;

/// <summary>
/// Scores are a function of the log: of the transactions, labels and merchant activity in it, and of nothing that the processes did meanwhile.
/// </summary>
public sealed class SharedFactsProcessTests(TestPostgres postgres, RealKafka kafka)
{
    /// <summary>Every transaction is an alert, so that every score is stored.</summary>
    static readonly (string, string) s_everything = ("Vigil__Alerts__Threshold", "0");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_log_gives_the_same_bits_to_one_process_killed_on_its_way_and_to_four_of_which_one_reads_slowly()
    {
        var first = await RealStream.CreateAsync(kafka, postgres);
        var history = History.Merge(Payments(), TimeSpan.FromDays(3)).ToArray();
        int transactions = history.Count(happened => happened.Transaction is not null);
        first.Produce(history);
        await using (var killed = first.Serve(out _, s_everything))
        {
            await first.UntilScoredAsync(transactions / 3, killed);
            await killed.SignalAsync("KILL");
            await killed.WaitAsync(Cancellation);
        }
        await using (var next = first.Serve(out _, s_everything)) await first.UntilScoredAsync(transactions, next);

        var second = first.Again(await postgres.CreateDatabaseAsync());
        await using (var one = second.Serve(out _, s_everything))
        await using (var two = second.Serve(out _, s_everything))
        await using (var three = second.Serve(out _, s_everything))
        await using (second.Serve(
            out _, s_everything, ("Vigil__Kafka__Client__fetch.min.bytes", "1000000"), ("Vigil__Kafka__Client__fetch.wait.max.ms", "200")))
        {
            await second.UntilScoredAsync(transactions, one);
        }

        var expected = (await first.AlertsAsync()).Select(alert => (alert.TransactionId, alert.Score)).Order().ToArray();
        Assert.Equal(transactions, expected.Length);
        Assert.True(ActivityRecords(first.Options) > transactions / 2, "steps were closed");
        Assert.Equal(expected, (await second.AlertsAsync()).Select(alert => (alert.TransactionId, alert.Score)).Order());
    }

    /// <summary>Few merchants, so that their activity is more than noise, some with terminals.</summary>
    static IEnumerable<LabelledTransaction> Payments() =>
        new HandbookWorld(new() { Seed = 5, Customers = 60, Terminals = 12, Days = 20 }).Transactions().Select(labelled => labelled with
        {
            Transaction = labelled.Transaction with
            {
                TerminalId = labelled.Transaction.Amount % 3 == 0 ? default : Utf8Text.From($"terminal-{labelled.Transaction.Amount % 2}"),
            },
        });

    static long ActivityRecords(IngestOptions options)
    {
        using var topics = new Topics(options);
        return topics.Watermarks(options.ActivityTopic).Sum(marks => marks.High - marks.Low);
    }
}
