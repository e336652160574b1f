using CsCheck;
using Vigil.Ingest;
using Xunit;

namespace Vigil.Features.Tests;

public sealed class LabelFactsTests
{
    static readonly FeatureOptions s_options = new() { HistoryLength = 16 };
    static readonly Instant s_labelled = new(1_750_000_000_000_000);

    [Fact]
    public void A_label_of_step_k_is_unseen_in_step_k_plus_1_and_seen_in_step_k_plus_2()
    {
        var facts = new SharedFacts(s_options);
        var stamp = Hour(10) + TimeSpan.FromMinutes(59);
        Add(facts, Payment("t", s_labelled), LabelValue.Fraud, stamp);
        Assert.Equal(0, Ask(facts, Hour(10) + TimeSpan.FromMinutes(59), "fraud_count_28d_by_merchant"));
        Assert.Equal(0, Ask(facts, new(Hour(12).Microseconds - 1), "fraud_count_28d_by_merchant"));
        Assert.Equal(1, Ask(facts, Hour(12), "fraud_count_28d_by_merchant"));
    }

    [Fact]
    public void A_label_leaves_a_window_after_its_whole_steps()
    {
        var facts = new SharedFacts(s_options);
        Add(facts, Payment("t", s_labelled), LabelValue.Fraud, Hour(10));
        Assert.Equal(1, Ask(facts, Hour(12 + 23), "fraud_count_1d_by_merchant"));
        Assert.Equal(0, Ask(facts, Hour(12 + 24), "fraud_count_1d_by_merchant"));
        Assert.Equal(1, Ask(facts, Hour(12 + (28 * 24) - 1), "fraud_run_length_28d_by_merchant"));
        Assert.Equal(0, Ask(facts, Hour(12 + (28 * 24)), "fraud_run_length_28d_by_merchant"));
    }

    [Fact]
    public void The_order_in_which_labels_are_read_makes_no_difference() =>
        Gen.Select(RandomStream.Logs, Gen.Int).Sample((log, seed) =>
        {
            var labels = log.Where(record => record.Label is not null).ToArray();
            var shuffled = labels.ToArray();
            new Random(seed).Shuffle(shuffled);
            Assert.Equal(Scores(log, Filled(labels)), Scores(log, Filled(shuffled)));
        }, iter: 200);

    [Fact]
    public void When_labels_are_read_makes_no_difference_as_long_as_they_are_there_when_their_step_is_seen() =>
        RandomStream.Logs.Sample(log => Assert.Equal(Scores(log, Filled(log)), ScoresReadingAlong(log)), iter: 200);

    [Fact]
    public void Partitions_a_day_apart_see_what_each_would_see_alone() => RandomStream.Logs.Sample(log =>
    {
        var alone = Scores(log, Filled(log));
        var shared = Filled(log);
        var ahead = new PartitionFeatures(shared, s_options);
        var behind = new PartitionFeatures(shared, s_options);
        var waiting = new Queue<RandomStream.Record>();
        var (first, second) = (new List<double[]>(), new List<double[]>());
        foreach (var record in log.Where(record => record.Transaction is not null))
        {
            first.Add(Score(ahead, record));
            waiting.Enqueue(record);
            while (waiting.Peek().Stamp + TimeSpan.FromDays(1) <= record.Stamp) second.Add(Score(behind, waiting.Dequeue()));
        }
        while (waiting.TryDequeue(out var record)) second.Add(Score(behind, record));
        Assert.Equal(alone, first);
        Assert.Equal(alone, second);
    }, iter: 200);

    [Fact]
    public void Threads_that_read_and_ask_at_once_see_the_same() => RandomStream.Logs.Sample(log =>
    {
        var alone = Scores(log, Filled(log));
        var shared = Filled(log);
        var scores = new List<double[]>[2];
        Parallel.For(0, 3, i =>
        {
            if (i < 2) scores[i] = Scores(log, shared);
            else foreach (var record in log) AddIfLabel(shared, record); // Read once more: repeats count once.
        });
        Assert.Equal(alone, scores[0]);
        Assert.Equal(alone, scores[1]);
    }, iter: 50, threads: 1);

    [Fact]
    public void No_label_is_lost_where_threads_add_ask_and_forget_at_once()
    {
        const int Merchants = 200, LabelsEach = 200, Threads = 4;
        var facts = new SharedFacts(s_options);
        int step = facts.StepOf(Hour(12));
        Parallel.For(0, Threads, new() { MaxDegreeOfParallelism = Threads }, thread =>
        {
            for (int i = 0; i < Merchants * LabelsEach; i++)
            {
                var payment = Payment($"{thread} {i}", s_labelled) with { MerchantId = Merchant(i % Merchants) };
                Add(facts, payment, LabelValue.Genuine, Hour(10));
                int labels = facts.AsOf(AcceptorKey.Of(payment.MerchantId), step).Risk.Labels[0];
                Assert.InRange(labels, 1 + (i / Merchants), Threads * LabelsEach);
                if (i % Merchants == 0) facts.Forget(Hour(12 + i / Merchants - LabelsEach));
            }
        });
        Assert.Equal(Merchants, facts.Acceptors);
        Assert.All(Enumerable.Range(0, Merchants), i => Assert.Equal(Threads * LabelsEach, facts.AsOf(AcceptorKey.Of(Merchant(i)), step).Risk.Labels[0]));

        static Utf8Text Merchant(int i) => Utf8Text.From($"m{i}");
    }

    [Fact]
    public void An_answer_already_given_does_not_hide_a_label_that_is_read_later()
    {
        var facts = new SharedFacts(s_options);
        Add(facts, Payment("a", s_labelled), LabelValue.Fraud, Hour(10));
        Assert.Equal(1, Ask(facts, Hour(12), "fraud_count_1d_by_merchant"));
        Add(facts, Payment("b", s_labelled), LabelValue.Fraud, Hour(10));
        Assert.Equal(2, Ask(facts, Hour(12), "fraud_count_1d_by_merchant"));
    }

    [Fact]
    public void Of_a_transactions_labels_the_last_to_arrive_counts()
    {
        var facts = new SharedFacts(s_options);
        var payment = Payment("t", s_labelled);
        Add(facts, payment, LabelValue.Genuine, Hour(30));
        Add(facts, payment, LabelValue.Fraud, Hour(20));
        Assert.Equal(1, Ask(facts, Hour(31), "fraud_count_28d_by_merchant"));
        Assert.Equal(0, Ask(facts, Hour(32), "fraud_count_28d_by_merchant"));
        Assert.Equal(1, Ask(facts, Hour(32), "label_count_28d_by_merchant"));
        Assert.Equal(1, Ask(facts, Hour(32), "genuine_count_since_fraud_28d_by_merchant"));
    }

    [Fact]
    public void A_run_is_broken_by_a_genuine_label_in_order_of_event_time_not_of_arrival()
    {
        var facts = new SharedFacts(s_options);
        Add(facts, Payment("third", s_labelled + TimeSpan.FromHours(3)), LabelValue.Fraud, Hour(10));
        Add(facts, Payment("first", s_labelled + TimeSpan.FromHours(1)), LabelValue.Fraud, Hour(11));
        Assert.Equal(2, Ask(facts, Hour(13), "fraud_run_length_28d_by_merchant"));
        Add(facts, Payment("second", s_labelled + TimeSpan.FromHours(2)), LabelValue.Genuine, Hour(12));
        Assert.Equal(1, Ask(facts, Hour(14), "fraud_run_length_28d_by_merchant"));
        Assert.Equal((Hour(14) - s_labelled).TotalSeconds - 10_800, Ask(facts, Hour(14), "fraud_run_age_28d_by_merchant"));
    }

    [Fact]
    public void Forgetting_changes_nothing_for_stamps_that_may_still_be_scored() =>
        Gen.Select(RandomStream.Logs, Gen.Double.Unit).Sample((log, share) =>
        {
            var oldest = log[(int)(share * (log.Length - 1))].Stamp;
            var facts = Filled(log);
            facts.Forget(oldest);
            foreach (var record in log) AddIfLabel(facts, record);
            var later = log.Where(record => record.Stamp >= oldest).ToArray();
            Assert.Equal(Scores(later, Filled(log)), Scores(later, facts));
        }, iter: 200);

    [Fact]
    public void A_stamp_whose_labels_are_forgotten_is_refused()
    {
        var facts = new SharedFacts(s_options);
        facts.Forget(Hour(100));
        Assert.Throws<InvalidOperationException>(() => Ask(facts, Hour(99), "fraud_count_1d_by_merchant"));
        Assert.Equal(0, Ask(facts, Hour(100), "fraud_count_1d_by_merchant"));
    }

    static Instant Hour(int hours) => new(((s_labelled.Microseconds / 3_600_000_000) + hours) * 3_600_000_000);

    static Transaction Payment(string id, Instant time) => RandomStream.Payment(id, "c", "m", 100, time);

    static void Add(SharedFacts facts, Transaction payment, LabelValue value, Instant stamp) =>
        facts.Add(RandomStream.LabelOf(payment, value, stamp).Label!.Value, stamp);

    static void AddIfLabel(SharedFacts facts, RandomStream.Record record)
    {
        if (record.Label is Label label) facts.Add(label, record.Stamp);
    }

    static double Ask(SharedFacts facts, Instant stamp, string feature) =>
        PartitionFeaturesTests.Value(new PartitionFeatures(facts, s_options).Next(Payment("asking", stamp), stamp)!, feature);

    static SharedFacts Filled(RandomStream.Record[] log)
    {
        var facts = new SharedFacts(s_options);
        foreach (var record in log) AddIfLabel(facts, record);
        return facts;
    }

    static double[] Score(PartitionFeatures features, RandomStream.Record record) =>
        [.. features.Next(record.Transaction!.Value, record.Stamp)?.Numeric ?? []];

    static List<double[]> Scores(RandomStream.Record[] log, SharedFacts facts)
    {
        var features = new PartitionFeatures(facts, s_options);
        return [.. log.Where(record => record.Transaction is not null).Select(record => Score(features, record))];
    }

    static List<double[]> ScoresReadingAlong(RandomStream.Record[] log)
    {
        var facts = new SharedFacts(s_options);
        var features = new PartitionFeatures(facts, s_options);
        var scores = new List<double[]>();
        foreach (var record in log)
        {
            if (record.Transaction is null) AddIfLabel(facts, record);
            else scores.Add(Score(features, record));
        }
        return scores;
    }
}
