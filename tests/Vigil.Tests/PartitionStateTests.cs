using Vigil.Features;
using Vigil.Ingest;
using Vigil.Model;
using Xunit;

namespace Vigil.Tests;

/// <summary>
/// Cards fall idle, come back, are late and are swept out a few at a time, while copies are taken, put back and taken again: a copy is the same bytes, and a
/// score the same bits, wherever a sweep was and whether or not the state had been restored.
/// </summary>
public sealed class PartitionStateTests
{
    const int Cards = 150, Length = 1_200;

    static readonly FeatureOptions s_options = new() { HistoryLength = 16, CardIdleAge = TimeSpan.FromDays(1) };
    static readonly int s_count = FeatureList.Numeric.Index().Single(feature => feature.Item.Name == "transaction_count_by_card").Index;
    static readonly Checkpoint s_checkpoint = Checkpoint.Load(new ScoringOptions().Checkpoint);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_copy_begun_within_a_sweep_is_that_of_a_state_restored_before(int pace)
    {
        int swept = 0;
        for (int seed = 0; seed < 12; seed++)
        {
            var random = new Random(seed);
            var log = Log(random);
            int first = random.Next(1, Length), second = random.Next(first, Length);
            var whole = NewState();
            Replay(whole, log.AsSpan(0, first));
            var copy = new Copy(whole, pace);
            var expected = copy.Replay(log.AsSpan(first, second - first));
            var restored = NewState();
            copy.Restore(restored);
            Assert.Equal(expected, Replay(restored, log.AsSpan(first, second - first)));
            swept += whole.Features.Cards - restored.Features.Cards;

            var (ofWhole, ofRestored) = (new Copy(whole, pace), new Copy(restored, pace));
            expected = ofWhole.Replay(log.AsSpan(second));
            Assert.Equal(expected, ofRestored.Replay(log.AsSpan(second)));
            Assert.Equal(ofWhole.Records(), ofRestored.Records());
            var again = NewState();
            ofRestored.Restore(again);
            Assert.Equal(expected, Replay(again, log.AsSpan(second)));
            Assert.Equal(new Copy(whole, 0).Records(), new Copy(again, 0).Records());
        }
        Assert.True(swept != 0, "no card was idle and still held where the other had been restored without it");
    }

    [Fact]
    public void A_copy_leaves_out_what_is_idle_when_it_begins_and_nothing_that_falls_idle_while_it_is_under_way()
    {
        var state = NewState();
        Pay(state, "old", 0);
        Pay(state, "kept", 10);
        Pay(state, "new", 25);
        var copy = new Copy(state, pace: 0);
        Pay(state, "old", 26); // comes back, anew
        Pay(state, "new", 40); // by now "kept" is idle, and swept out
        Assert.Equal(2, state.Features.Cards);
        var restored = NewState();
        copy.Restore(restored);
        Assert.Equal(2, restored.Features.Cards);
        long token = (sizeof(float) * FeatureList.Numeric.Count) + (sizeof(int) * FeatureList.Categorical.Count) + sizeof(long);
        Assert.Equal(2 * token, restored.Scorer.TokenBytes);
        Assert.Equal((1, 1, 0), (Pay(restored, "kept", 25), Pay(restored, "new", 26), Pay(restored, "old", 27)));

        static double Pay(PartitionState state, string card, int hour)
        {
            var vector = state.Features.Next(Payment($"{card} {hour}", card, hour * 3_600L * Instant.PerSecond), default)!;
            state.Scorer.Observe(vector);
            return vector.Numeric[s_count];
        }
    }

    static PartitionState NewState() => new(new(new(s_options), s_options), s_checkpoint.NewScorer());

    static List<FraudScore?> Replay(PartitionState state, ReadOnlySpan<Transaction> log)
    {
        var scores = new List<FraudScore?>();
        foreach (var transaction in log)
        {
            var features = state.Features.Next(transaction, transaction.EventTime);
            scores.Add(features is null ? null : state.Scorer.Score(features));
        }
        return scores;
    }

    /// <summary>
    /// Pauses of up to a third of the idle age, so that some cards are idle at any time; some are late, a few of them beyond it; some repeat.
    /// </summary>
    static Transaction[] Log(Random random)
    {
        var log = new Transaction[Length];
        long day = 86_400L * Instant.PerSecond, now = 20_000 * day;
        for (int i = 0; i < Length; i++)
        {
            now += random.Next(60) == 0 ? random.NextInt64(day / 3) : random.NextInt64(day / 150);
            long late = random.Next(12) == 0 ? random.NextInt64(2 * day) : 0;
            log[i] = i > 0 && random.Next(20) == 0 ? log[random.Next(Math.Max(0, i - 5), i)] : Payment($"t{i}", $"c{random.Next(Cards)}", now - late);
        }
        return log;
    }

    static Transaction Payment(string id, string card, long time) => new()
    {
        TransactionId = Utf8Text.From(id),
        CardToken = Utf8Text.From(card),
        EventTime = new(time),
        Amount = 100 + id.Length,
        Currency = new(0x455552),
        MerchantId = Utf8Text.From("m"),
        Mcc = 5411,
        MerchantCountry = new(0x4245),
        EntryMode = EntryMode.Contactless,
    };

    /// <summary>A copy under way.</summary>
    sealed class Copy
    {
        readonly PartitionState _state;
        readonly int _pace;
        readonly List<(SnapshotSection Section, byte[] Bytes)> _blocks = [];

        /// <summary>Begins it.</summary>
        /// <param name="state">Of what.</param>
        /// <param name="pace">How many steps it takes between two transactions.</param>
        internal Copy(PartitionState state, int pace)
        {
            (_state, _pace) = (state, pace);
            state.BeginCopy(block => _blocks.Add((block.Section, block.Bytes.ToArray())));
        }

        internal List<FraudScore?> Replay(ReadOnlySpan<Transaction> log)
        {
            var scores = new List<FraudScore?>();
            foreach (var transaction in log)
            {
                scores.AddRange(PartitionStateTests.Replay(_state, [transaction]));
                for (int i = 0; i < _pace; i++) _state.CopyNext();
            }
            return scores;
        }

        /// <summary>Every record, in no order of the store's.</summary>
        internal List<string> Records()
        {
            Finish();
            var records = new List<string>();
            foreach (var (section, bytes) in _blocks)
            {
                for (int at = 0, length; at < bytes.Length; at += sizeof(int) + length)
                {
                    length = BitConverter.ToInt32(bytes, at);
                    records.Add($"{section} {Convert.ToHexString(bytes, at + sizeof(int), length)}");
                }
            }
            records.Sort(StringComparer.Ordinal);
            return records;
        }

        internal void Restore(PartitionState state)
        {
            Finish();
            foreach (var (section, bytes) in _blocks)
            {
                var reader = new StateReader(new(section, bytes, bytes.Length));
                if (section == SnapshotSection.Tokens) state.Scorer.Restore(reader);
                else state.Features.Restore(reader);
            }
        }

        void Finish()
        {
            while (_state.CopyNext()) { }
        }
    }
}
