using CsCheck;
using Vigil.Ingest;
using Xunit;

namespace Vigil.Features.Tests;

public sealed class SharedFactsTests
{
    static readonly FeatureOptions s_options = new() { HistoryLength = 16 };
    static readonly Instant s_start = new(1_750_000_000_000_000 / 3_600_000_000 * 3_600_000_000);

    [Fact]
    public void Activity_stamped_in_step_k_is_unseen_in_step_k_plus_1_and_seen_in_step_k_plus_2()
    {
        var facts = new SharedFacts(s_options);
        facts.Add(Activity(about: 9, count: 3, sum: 600), Hour(10) + TimeSpan.FromMinutes(59));
        Assert.Equal(default, Ask(facts, new(Hour(12).Microseconds - 1)));
        Assert.Equal((3, 600), Ask(facts, Hour(12)));
        Assert.Equal((3, 600), Ask(facts, Hour(9 + 2 + 23)));
        Assert.Equal(default, Ask(facts, Hour(9 + 2 + 24)));
    }

    [Fact]
    public void Of_repeats_the_first_counts()
    {
        var facts = new SharedFacts(s_options);
        facts.Add(Activity(about: 9, count: 1, sum: 1), Hour(10));
        facts.Add(Activity(about: 9, count: 1, sum: 1), Hour(10)); // Again, after a crash.
        facts.Add(Activity(about: 9, count: 10, sum: 10) with { TerminalId = Utf8Text.From("x") }, Hour(10));
        facts.Add(Activity(about: 9, count: 100, sum: 100) with { Partition = 1 }, Hour(10));
        facts.Add(Activity(about: 10, count: 1_000, sum: 1_000), Hour(11));
        facts.Add(Activity(about: 9, count: 10_000, sum: 10_000), Hour(11)); // The partition had gone on: whatever this is, it was counted.
        Assert.Equal((1_111, 1_111), Ask(facts, Hour(20)));
    }

    [Fact]
    public void A_terminal_is_known_by_its_merchant_too()
    {
        var facts = new SharedFacts(s_options);
        facts.Add(Activity(about: 9, count: 3, sum: 3) with { TerminalId = Utf8Text.From("x") }, Hour(10));
        var merchant = AcceptorKey.Of(Utf8Text.From("m"));
        var step = facts.StepOf(Hour(12));
        Assert.Equal(3, facts.AsOf(AcceptorKey.Of(merchant, Utf8Text.From("x")), step).Activity.Counts[0]);
        Assert.Equal(0, facts.AsOf(AcceptorKey.Of(AcceptorKey.Of(Utf8Text.From("n")), Utf8Text.From("x")), step).Activity.Counts[0]);
    }

    [Fact]
    public void Sums_of_sums_do_not_overflow()
    {
        var facts = new SharedFacts(s_options);
        for (int partition = 0; partition < 1_000; partition++)
            facts.Add(Activity(about: 9, count: 1, sum: MerchantActivity.LargestAmountSum) with { Partition = partition }, Hour(10));
        Assert.Equal((1_000, 1L << 61), Ask(facts, Hour(12)));
    }

    [Fact]
    public void Who_has_no_facts_left_is_forgotten()
    {
        var facts = new SharedFacts(s_options);
        facts.Add(Activity(about: 9, count: 1, sum: 1), Hour(10));
        facts.Add(RandomStream.LabelOf(RandomStream.Payment("t", "c", "n", 1, s_start), LabelValue.Genuine, Hour(10)).Label!.Value, Hour(10));
        Assert.Equal(2, facts.Acceptors);
        facts.Forget(Hour(12 + (27 * 24)));
        Assert.Equal(2, facts.Acceptors);
        facts.Forget(Hour(12 + (28 * 24)));
        Assert.Equal(0, facts.Acceptors);
        Assert.False(facts.Covers(Hour(12)));
        facts.Clear();
        Assert.True(facts.Covers(Hour(12)));
    }

    /// <summary>
    /// A live topic with stamps by the broker: every partition's process handles a record at a time of its own after its stamp, reads the facts that are there
    /// at its first record of a step, and what it publishes is stamped when it arrives. One process that has the whole log then finds the same bits.
    /// </summary>
    [Fact]
    public void Whoever_reads_when_the_log_gives_the_same_bits() =>
        Gen.Select(RandomStream.Logs, Gen.Long[0, 30_000_000_000].Array[3]).Sample((log, lags) =>
        {
            var topic = new List<(Instant Stamp, MerchantActivity Activity)>();
            var live = Enumerable.Range(0, 3).Select(partition => new Process(partition, log, topic)).ToArray();
            var happenings = log.Where(record => record.Transaction is not null)
                .Select(record => (Record: record, Partition: PartitionOf(record), At: record.Stamp.Microseconds + lags[PartitionOf(record)]));
            foreach (var (record, partition, at) in happenings.OrderBy(happening => happening.At)) live[partition].Handle(record, new(at));

            var facts = new SharedFacts(s_options);
            foreach (var record in log.Where(record => record.Label is not null)) facts.Add(record.Label!.Value, record.Stamp);
            foreach (var (stamp, activity) in topic) facts.Add(activity, stamp);
            for (int partition = 0; partition < 3; partition++)
            {
                var features = new PartitionFeatures(facts, s_options);
                var found = log.Where(record => record.Transaction is not null && PartitionOf(record) == partition)
                    .Select(record => features.Next(record.Transaction!.Value, record.Stamp)?.Numeric.ToArray() ?? []);
                Assert.Equal(live[partition].Found, found);
            }
        }, iter: 300);

    static int PartitionOf(RandomStream.Record record) => record.Transaction!.Value.CardToken.Span[1] - '0';

    static Instant Hour(int hours) => s_start + TimeSpan.FromHours(hours);

    static MerchantActivity Activity(int about, long count, long sum) => new()
    {
        Partition = 0,
        StepStart = Hour(about),
        MerchantId = Utf8Text.From("m"),
        Count = count,
        AmountSum = sum,
    };

    static (long Count, long Sum) Ask(SharedFacts facts, Instant stamp)
    {
        var (_, activity) = facts.AsOf(AcceptorKey.Of(Utf8Text.From("m")), facts.StepOf(stamp));
        return (activity.Counts[0], activity.Sums[0]);
    }

    /// <summary>One partition's process, with facts of its own reading.</summary>
    sealed class Process(int partition, RandomStream.Record[] log, List<(Instant Stamp, MerchantActivity Activity)> topic)
    {
        readonly SharedFacts _facts = new(s_options);
        PartitionFeatures? _features;
        int _step = int.MinValue, _read;
        long _labelsUpTo = long.MinValue;

        internal List<double[]> Found { get; } = [];

        internal void Handle(RandomStream.Record record, Instant now)
        {
            if (_facts.StepOf(record.Stamp) > _step) ReadToEnd(now);
            _step = Math.Max(_step, _facts.StepOf(record.Stamp));
            _features ??= new(_facts, s_options);
            Found.Add(_features.Next(record.Transaction!.Value, record.Stamp)?.Numeric.ToArray() ?? []);
            foreach (var activity in _features.TakeClosed(partition)) topic.Add((now, Copy(activity)));
        }

        void ReadToEnd(Instant now)
        {
            for (; _read < topic.Count; _read++) _facts.Add(topic[_read].Activity, topic[_read].Stamp);
            foreach (var record in log.Where(record => record.Label is not null && record.Stamp.Microseconds > _labelsUpTo && record.Stamp <= now))
                _facts.Add(record.Label!.Value, record.Stamp);
            _labelsUpTo = now.Microseconds;
        }

        static MerchantActivity Copy(MerchantActivity activity) => activity with
        {
            MerchantId = Utf8Text.From(activity.MerchantId.ToString()),
            TerminalId = Utf8Text.From(activity.TerminalId.ToString()),
        };
    }
}
