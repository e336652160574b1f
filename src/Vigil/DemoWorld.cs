using Vigil.Ingest;
using Vigil.Simulator;

namespace Vigil;

/// <summary>What a demo streams: a history to remember silently, then live transactions, labels among both as they arrive.</summary>
/// <param name="Events">In the order of a log.</param>
/// <param name="LiveFrom">Event time of the first transaction that is scored.</param>
/// <param name="Description">For the screen.</param>
sealed record DemoWorld(IEnumerable<HistoryEvent> Events, Instant LiveFrom, string Description)
{
    /// <summary>The named file from its middle on, or else a simulated world, with the asked history before.</summary>
    /// <exception cref="SourceException">The file cannot be used.</exception>
    internal static DemoWorld Of(DemoOptions options)
    {
        if (options.Source is null) return Simulated(options);
        var mapping = options.Mapping is null ? null : ColumnMapping.Load(options.Mapping);
        var (first, last, count) = SpanOf(FileSource.Read(options.Source, mapping));
        if (count == 0) throw new UserError($"{options.Source} holds no transactions.");
        var liveFrom = new Instant(first.Microseconds + ((last.Microseconds - first.Microseconds) / 2));
        return Of(FileSource.Read(options.Source, mapping), liveFrom, options, $"{options.Source}: {count:N0} transactions, {first} to {last}");
    }

    static DemoWorld Simulated(DemoOptions options)
    {
        var world = new HandbookWorldOptions { Seed = options.Seed };
        var liveFrom = Instant.From(world.Start) + options.History;
        string description = $"a simulated world of {world.Customers:N0} cards and {world.Terminals:N0} merchants, seed {options.Seed}";
        return Of(new HandbookWorld(world).Transactions(), liveFrom, options, description);
    }

    static DemoWorld Of(IEnumerable<LabelledTransaction> transactions, Instant liveFrom, DemoOptions options, string description)
    {
        var from = liveFrom - options.History;
        return new(History.Merge(transactions.SkipWhile(labelled => labelled.Transaction.EventTime < from), options.LabelDelay), liveFrom, description);
    }

    static (Instant First, Instant Last, long Count) SpanOf(IEnumerable<LabelledTransaction> transactions)
    {
        Instant first = default, last = default;
        long count = 0;
        foreach (var labelled in transactions)
        {
            last = labelled.Transaction.EventTime;
            if (count++ == 0) first = last;
        }
        return (first, last, count);
    }
}
