using Vigil.Ingest;

namespace Vigil.Features.Tests;

/// <summary>
/// The plain twin of what <see cref="PartitionFeatures"/> and <see cref="SharedFacts"/> know of merchants and terminals, for one partition whose closed
/// steps come back stamped as the transaction that closed them: every transaction and label in a list, each feature computed from the lists.
/// </summary>
sealed class NaiveAcceptors(FeatureOptions options)
{
    readonly record struct Past(string Merchant, string Terminal, long Minute, long Step, long Amount);

    const double Never = 90 * 86_400;

    readonly List<Past> _transactions = [];
    readonly List<(Label Label, Instant Stamp)> _labels = [];
    readonly Dictionary<long, long> _closings = []; // In which step a step was closed.
    long _clock = long.MinValue;
    long _step = long.MinValue;

    internal void Add(Label label, Instant stamp) => _labels.Add((label, stamp));

    /// <summary>The features of a transaction's merchant and terminal; then it is remembered.</summary>
    internal void Next(Dictionary<string, double> features, Transaction transaction, Instant stamp, long now, long amount)
    {
        if (Step(stamp) > _step) (_closings[_step], _step) = (Step(stamp), Step(stamp));
        _clock = Math.Max(_clock, now);
        long minute = new Instant(_clock).Step(TimeSpan.FromMinutes(1));
        string merchant = transaction.MerchantId.ToString(), terminal = transaction.TerminalId.ToString();
        AddAll(features, "merchant", past => past.Merchant == merchant, label => label.MerchantId.ToString() == merchant, minute, now);
        AddAll(
            features, "terminal", past => terminal != "" && past.Merchant == merchant && past.Terminal == terminal,
            label => terminal != "" && label.MerchantId.ToString() == merchant && label.TerminalId.ToString() == terminal, minute, now);
        _transactions.Add(new(merchant, terminal, minute, _step, amount));
    }

    void AddAll(Dictionary<string, double> features, string key, Func<Past, bool> isOurs, Func<Label, bool> isLabelOfOurs, long minute, long now)
    {
        foreach (var (name, minutes) in new[] { ("10min", 10), ("1h", 60) })
            AddActivity(features, $"{name}_by_{key}", _transactions.Where(past => isOurs(past) && past.Minute > minute - minutes), options.Partitions);
        foreach (int days in s_days)
            AddActivity(features, $"{days}d_by_{key}", InEffect(days).Where(isOurs), 1);
        var labels = LabelsInEffect(isLabelOfOurs);
        foreach (int days in s_days) AddLabels(features, $"{days}d_by_{key}", labels.Where(fact => Step(fact.Stamp) > _step - 2 - StepsIn(days)).ToList());
        AddRun(features, $"by_{key}", labels, now);
    }

    static void AddActivity(Dictionary<string, double> features, string name, IEnumerable<Past> counted, int scale)
    {
        long[] amounts = [.. counted.Select(past => past.Amount)];
        features[$"transaction_count_{name}"] = amounts.Length * (double)scale;
        features[$"amount_mean_{name}"] = amounts.Length == 0 ? 0 : amounts.Sum() / (double)amounts.Length;
    }

    /// <summary>The transactions of steps that had closed, by a later step's transaction, at least two steps ago.</summary>
    IEnumerable<Past> InEffect(int days) => _transactions.Where(past =>
        past.Step <= _step - 2 && past.Step > _step - 2 - StepsIn(days)
        && _closings.GetValueOrDefault(past.Step, long.MaxValue) <= _step - 2);

    static void AddLabels(Dictionary<string, double> features, string name, List<(Label Label, Instant Stamp)> labels)
    {
        int frauds = labels.Count(fact => fact.Label.Value == LabelValue.Fraud);
        features[$"fraud_count_{name}"] = frauds;
        features[$"label_count_{name}"] = labels.Count;
        features[$"fraud_share_{name}"] = frauds / (labels.Count + 1.0);
    }

    static void AddRun(Dictionary<string, double> features, string name, List<(Label Label, Instant Stamp)> labels, long now)
    {
        var newestFirst = labels.Select(fact => fact.Label)
            .OrderByDescending(label => label.EventTime).ThenByDescending(label => label.TransactionId.Hash64()).ToList();
        var genuine = newestFirst.TakeWhile(label => label.Value == LabelValue.Genuine).ToList();
        var run = newestFirst.Skip(genuine.Count).TakeWhile(label => label.Value == LabelValue.Fraud).ToList();
        features[$"fraud_run_length_28d_{name}"] = run.Count;
        features[$"fraud_run_age_28d_{name}"] = run.Count == 0 ? Never : Since(run[^1].EventTime.Microseconds, now);
        features[$"fraud_time_since_last_28d_{name}"] = run.Count == 0 ? Never : Since(run[0].EventTime.Microseconds, now);
        features[$"genuine_count_since_fraud_28d_{name}"] = genuine.Count;
    }

    /// <summary>The labels of 28 days of arrivals; of one transaction's the one with the latest label time, then the last to arrive, then fraud.</summary>
    List<(Label Label, Instant Stamp)> LabelsInEffect(Func<Label, bool> isOurs) =>
    [
        .. _labels.Where(fact => isOurs(fact.Label) && Step(fact.Stamp) <= _step - 2 && Step(fact.Stamp) > _step - 2 - StepsIn(28))
            .GroupBy(fact => (fact.Label.TransactionId, fact.Label.EventTime))
            .Select(group => group.OrderBy(fact => fact.Label.LabelTime).ThenBy(fact => Step(fact.Stamp)).ThenBy(fact => fact.Label.Value).Last()),
    ];

    long Step(Instant stamp) => stamp.Step(options.StepLength);

    long StepsIn(int days) => TimeSpan.FromDays(days).Ticks / options.StepLength.Ticks;

    static double Since(long then, long now) => Math.Clamp((now - then) / 1e6, 0, Never);

    static readonly int[] s_days = [1, 7, 28];
}
