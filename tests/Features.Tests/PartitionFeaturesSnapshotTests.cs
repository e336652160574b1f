using CsCheck;
using Xunit;

namespace Vigil.Features.Tests;

/// <summary>A copy of the state, put back, goes on as if nothing had happened: every bit of every feature, and every byte of the next copy.</summary>
public sealed class PartitionFeaturesSnapshotTests
{
    static readonly FeatureOptions s_options = new() { HistoryLength = 16 };

    [Fact]
    public void Restoring_and_replaying_the_tail_gives_the_bits_and_bytes_of_never_having_stopped() =>
        Gen.Select(RandomStream.Logs, Gen.Double[0, 1], Gen.Int[0, 2]).Sample((log, place, pace) =>
        {
            int cut = (int)(place * log.Length);
            var facts = FactsOf(log);
            var (whole, restored) = (new PartitionFeatures(facts, s_options), new PartitionFeatures(facts, s_options));
            foreach (var record in log[..cut]) Next(whole, record);
            whole.TakeClosed(0);

            var copy = new StateCopy();
            whole.BeginCopy(copy.Take);
            var (expected, expectedClosed) = (new List<double[]>(), new List<string>());
            foreach (var record in log[cut..])
            {
                if (Next(whole, record) is { } vector) expected.Add([.. vector.Numeric]);
                expectedClosed.AddRange(Closed(whole));
                for (int i = 0; i < pace; i++) whole.CopyNext();
            }
            while (whole.CopyNext()) { }

            copy.Restore(restored.Restore);
            var (found, foundClosed) = (new List<double[]>(), new List<string>());
            foreach (var record in log[cut..])
            {
                if (Next(restored, record) is { } vector) found.Add([.. vector.Numeric]);
                foundClosed.AddRange(Closed(restored));
            }
            Assert.Equal(expected, found);
            Assert.Equal(expectedClosed, foundClosed);
            Assert.Equal(StateCopy.Of(whole).Records, StateCopy.Of(restored).Records);
            Assert.Equal(
                (whole.Cards, whole.LateTransactions, whole.RepeatedTransactions),
                (restored.Cards, restored.LateTransactions, restored.RepeatedTransactions));
        }, iter: 1_000);

    static SharedFacts FactsOf(RandomStream.Record[] log)
    {
        var facts = new SharedFacts(s_options);
        foreach (var record in log)
        {
            if (record.Label is { } label) facts.Add(label, record.Stamp);
        }
        return facts;
    }

    static FeatureVector? Next(PartitionFeatures features, RandomStream.Record record) =>
        record.Transaction is { } transaction ? features.Next(transaction, record.Stamp) : null;

    static IEnumerable<string> Closed(PartitionFeatures features) => features.TakeClosed(0).Select(activity => activity.ToString());
}
