using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Vigil.Alerts;
using Vigil.Model;

namespace Vigil;

/// <summary>Shows a demo: a table that redraws in place on a terminal, a plain line a second elsewhere.</summary>
sealed class DemoScreen(IAnsiConsole console, TimeProvider clock)
{
    /// <summary>Where nobody looks at a terminal, a line is a line.</summary>
    const int PlainWidth = 1000;

    static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(1);

    /// <summary>The screen of this process's standard output.</summary>
    internal static DemoScreen ForOutput(bool color, TimeProvider clock)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            ColorSystem = color ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = Console.IsOutputRedirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (Console.IsOutputRedirected) console.Profile.Width = PlainWidth;
        return new(console, clock);
    }

    /// <summary>One line of its own.</summary>
    internal void Say(string line) => console.WriteLine(line);

    /// <summary>Shows the view again and again until it is cancelled, and then once more.</summary>
    internal async Task ShowAsync(Func<Task<DemoView>> view, CancellationToken cancellationToken)
    {
        if (!console.Profile.Capabilities.Ansi)
        {
            await RepeatAsync(LineEvery, async () => console.WriteLine(LineOf(await view())), cancellationToken);
            return;
        }
        await console.Live(new Text("")).AutoClear(false).StartAsync(context =>
            RepeatAsync(RedrawEvery, async () => context.UpdateTarget(TableOf(await view())), cancellationToken));
    }

    /// <summary>The last words of a demo.</summary>
    internal void Show(DemoSummary summary)
    {
        console.WriteLine(
            Invariant($"produced {summary.Produced:N0}  scored {summary.Scored:N0}  alerts {summary.Alerts:N0}  ")
            + Invariant($"dead letters {summary.DeadLetters:N0}  lost {summary.Lost:N0}  duplicates {summary.Duplicates:N0}"));
        var latency = summary.LatencyMs;
        console.WriteLine(
            Invariant($"{summary.TransactionsPerSecond:N0} transactions/s; Kafka append to commit p50 {latency.P50:F1} ms, ")
            + Invariant($"p95 {latency.P95:F1} ms, p99 {latency.P99:F1} ms, p99.9 {latency.P999:F1} ms"));
    }

    async Task RepeatAsync(TimeSpan period, Func<Task> show, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(period, clock);
        try
        {
            do await show();
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await show();
        }
    }

    internal static string LineOf(DemoView view) => view.Counts.Scored == 0
        ? view.Phase
        : Invariant($"{view.Phase}: {view.PerSecond:N0}/s  scored {view.Counts.Scored:N0}  alerts {view.Counts.Alerts:N0}  ")
            + Invariant($"p50 {view.P50.TotalMilliseconds:F1} ms  p99 {view.P99.TotalMilliseconds:F1} ms  ")
            + Invariant($"dead letters {view.Counts.DeadLetters:N0}  lag {view.Lag:N0}{Newest(view)}");

    static string Newest(DemoView view) => view.Latest is [var newest, ..] ? $"  last alert: {Summarise(newest.Alert)}" : "";

    static string Summarise(Alert alert) =>
        Invariant($"card {alert.CardToken} {Money(alert)} score {alert.Score1000} ({alert.Reasons.Select(reason => reason.Code).FirstOrDefault()})");

    static Rows TableOf(DemoView view)
    {
        var figures = new Table().RoundedBorder().AddColumns("transactions/s", "scored", "alerts", "p50", "p99", "dead letters", "lag");
        figures.AddRow(Invariant($"{view.PerSecond:N0}"), Invariant($"{view.Counts.Scored:N0}"), Invariant($"{view.Counts.Alerts:N0}"),
            Invariant($"{view.P50.TotalMilliseconds:F1} ms"), Invariant($"{view.P99.TotalMilliseconds:F1} ms"),
            Invariant($"{view.Counts.DeadLetters:N0}"), Invariant($"{view.Lag:N0}"));
        var alerts = new Table().RoundedBorder().Title("the last ten alerts").AddColumns("paid at", "card", "merchant", "amount", "score", "reasons");
        foreach (var stored in view.Latest) alerts.AddRow(RowOf(stored.Alert));
        return new Rows(new Text(view.Phase), figures, alerts);
    }

    static IEnumerable<IRenderable> RowOf(Alert alert) =>
    [
        new Text(alert.EventTime.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
        new Text(alert.CardToken),
        new Text(alert.MerchantId),
        new Text(Money(alert)),
        new Text(alert.Score1000.ToString(CultureInfo.InvariantCulture), new Style(alert.Score1000 > 900 ? Color.Red : Color.Yellow)),
        new Text(string.Join("; ", alert.Reasons.Take(3).Select(Describe))),
    ];

    static string Describe(Reason reason) => $"{reason.Code} {Number(reason.Value)} (normal {Number(reason.Normal)})";

    static string Number(double value) => value.ToString(Math.Abs(value) < 1000 ? "0.##" : "#,0", CultureInfo.InvariantCulture);

    static string Money(Alert alert) => Invariant($"{alert.Amount / 100m:N2} {alert.Currency}");

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
