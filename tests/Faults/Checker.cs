namespace Vigil.Faults.Tests;

/// <summary>
/// Says of every record in Kafka what became of it in Postgres. It shares no code with the pipeline: the plain clients, SQL, and the undisturbed run's rows to
/// hold the disturbed run's against.
/// </summary>
sealed class Checker
{
    const int MostFindings = 20;

    readonly List<string> _findings = [];

    /// <summary>Transactions in Kafka, each once.</summary>
    internal int Produced { get; private set; }

    /// <summary>Records in Kafka that are no transactions, and no labels.</summary>
    internal int Poison { get; private set; }

    /// <summary>Alerts of the disturbed run.</summary>
    internal int Alerts { get; private set; }

    /// <summary>What should be there and is not: transactions behind no cursor, not counted or without a score, alerts, dead letters.</summary>
    internal long Lost { get; private set; }

    /// <summary>What is there twice: counted transactions, alerts of one transaction.</summary>
    internal long Duplicated { get; private set; }

    /// <summary>What is there and should not be, or has another value than in the undisturbed run.</summary>
    internal long Different { get; private set; }

    /// <summary>Scores that a consumer passes over.</summary>
    internal int RepeatedScores { get; private set; }

    /// <summary>The first of whatever was found wrong.</summary>
    internal IReadOnlyList<string> Findings => _findings;

    /// <summary>Reads everything and compares.</summary>
    /// <param name="log">Every record of the transactions' topic.</param>
    /// <param name="labels">Every record of the labels' topic.</param>
    /// <param name="disturbed">The database of the disturbed run.</param>
    /// <param name="undisturbed">The database of the undisturbed run over the same log.</param>
    internal async Task CheckAsync(IEnumerable<LoggedRecord> log, IEnumerable<LoggedRecord> labels, string disturbed, string undisturbed)
    {
        var partitions = log.GroupBy(record => record.Partition).ToDictionary(partition => partition.Key, partition => partition.ToArray());
        var cursors = (await Stored.CursorsAsync(disturbed)).ToDictionary(cursor => cursor.Partition);
        var alerts = await Stored.AlertsAsync(disturbed);
        var letters = await Stored.DeadLettersAsync(disturbed, FaultSystem.Transactions);
        foreach (var (partition, records) in partitions) CheckCursor(records, cursors.GetValueOrDefault(partition));
        foreach (var cursor in cursors.Values)
        {
            int storedAlerts = alerts.Count(alert => alert.Partition == cursor.Partition);
            int storedLetters = letters.Count(letter => letter.Partition == cursor.Partition);
            Expect(storedAlerts, cursor.Alerts, $"partition {cursor.Partition}: rows of alerts against those counted");
            Expect(storedLetters, cursor.DeadLetters, $"partition {cursor.Partition}: rows of dead letters against those counted");
        }
        CheckDeadLetters(partitions.Values.SelectMany(records => records), letters);
        CheckDeadLetters(labels, await Stored.DeadLettersAsync(disturbed, FaultSystem.Labels));
        CheckAlerts(partitions, alerts, await Stored.AlertsAsync(undisturbed));
    }

    /// <summary>A cursor at the log's end that has counted every transaction once.</summary>
    void CheckCursor(LoggedRecord[] records, StoredCursor cursor)
    {
        var transactions = records.Where(record => record.TransactionId is not null);
        long behind = transactions.Where(record => record.Offset < cursor.NextOffset).DistinctBy(record => record.TransactionId).Count();
        int all = transactions.DistinctBy(record => record.TransactionId).Count();
        Produced += all;
        if (behind < all) Lost += Found(all - behind, $"partition {records[0].Partition}: the cursor stands at {cursor.NextOffset}, before the log's end");
        if (cursor.Scored < behind)
            Lost += Found(behind - cursor.Scored, $"partition {records[0].Partition}: {cursor.Scored} transactions are counted of {behind}");
        if (cursor.Scored > behind)
            Duplicated += Found(cursor.Scored - behind, $"partition {records[0].Partition}: {cursor.Scored} transactions are counted of {behind}");
    }

    /// <summary>
    /// Every transaction has a score, all of whose repeats are equal and which equals the undisturbed run's; and a consumer that passes over what is not above
    /// the highest offset it has seen (docs/scores.md) sees each once.
    /// </summary>
    /// <param name="log">Every record of the transactions' topic.</param>
    /// <param name="scores">Of the disturbed run.</param>
    /// <param name="undisturbed">Of the undisturbed run.</param>
    internal void CheckScores(IEnumerable<LoggedRecord> log, IEnumerable<LoggedScore> scores, IEnumerable<LoggedScore> undisturbed)
    {
        var missing = undisturbed.ToDictionary(score => (score.Partition, score.Offset), score => score.Value);
        var transactions = log.Where(record => record.TransactionId is not null).Select(record => (record.Partition, record.Offset)).ToHashSet();
        Lost += transactions.Except(missing.Keys).Sum(place => Found(1, $"{place}: no score in the undisturbed run"));
        var expected = missing.ToDictionary();
        var highest = new Dictionary<(int, int), long>();
        foreach (var score in scores)
        {
            var place = (score.Partition, score.Offset);
            if (expected.GetValueOrDefault(place) != score.Value)
                Different += Found(1, $"{place}: the score {score.Value}, undisturbed {expected.GetValueOrDefault(place)}");
            var pair = (score.In, score.Partition);
            if (score.Offset <= highest.GetValueOrDefault(pair, -1)) RepeatedScores++;
            else
            {
                highest[pair] = score.Offset;
                if (!missing.Remove(place)) Duplicated += Found(1, $"{place}: a score that comes twice to a consumer");
            }
        }
        Lost += missing.Keys.Sum(place => Found(1, $"{place}: no score reaches a consumer"));
    }

    void CheckDeadLetters(IEnumerable<LoggedRecord> records, List<(int Partition, long Offset)> letters)
    {
        var expected = records.Where(record => record.TransactionId is null).Select(record => (record.Partition, record.Offset)).ToHashSet();
        Poison += expected.Count;
        foreach (var place in expected.Except(letters)) Lost += Found(1, $"{place}: no dead letter");
        foreach (var place in letters.Except(expected)) Different += Found(1, $"{place}: a dead letter of a good record");
    }

    void CheckAlerts(Dictionary<int, LoggedRecord[]> partitions, List<StoredAlert> alerts, List<StoredAlert> undisturbed)
    {
        Alerts = alerts.Count;
        var transactions = partitions.Values
            .SelectMany(records => records)
            .ToDictionary(record => (record.Partition, record.Offset), record => record.TransactionId);
        foreach (var twice in alerts.GroupBy(alert => alert.TransactionId).Where(same => same.Count() > 1))
            Duplicated += Found(twice.Count() - 1, $"{twice.Key}: {twice.Count()} alerts");
        foreach (var alert in alerts.Where(alert => transactions.GetValueOrDefault((alert.Partition, alert.Offset)) != alert.TransactionId))
            Different += Found(1, $"{alert}: an alert of a record that is not in the log");
        var expected = undisturbed.ToDictionary(alert => (alert.Partition, alert.Offset));
        foreach (var alert in alerts)
        {
            if (!expected.Remove((alert.Partition, alert.Offset), out var same)) Different += Found(1, $"{alert}: no alert in the undisturbed run");
            else if (same != alert) Different += Found(1, $"{alert}: other values than in the undisturbed run");
        }
        Lost += expected.Values.Sum(missing => Found(1, $"{missing}: an alert of the undisturbed run only"));
    }

    void Expect(long found, long expected, string what)
    {
        if (found != expected) Different += Found(Math.Abs(found - expected), $"{what}: {found}, {expected}");
    }

    long Found(long count, string what)
    {
        if (_findings.Count < MostFindings) _findings.Add(what);
        return count;
    }
}
