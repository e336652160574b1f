using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vigil.Backtest;

/// <summary>What a backtest found.</summary>
/// <param name="Folds">In the order of the request.</param>
/// <param name="Mean">Each metric's mean over the folds.</param>
/// <param name="Std">Each metric's standard deviation between the folds, with n - 1 below the root.</param>
public sealed record BacktestResult(IReadOnlyList<FoldResult> Folds, FoldMetrics Mean, FoldMetrics Std)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>
    /// Writes the result as JSON: folds[], mean.aucRoc, mean.averagePrecision, mean.cardPrecisionAt100, mean.brier, mean.calibrationError, and std likewise.
    /// </summary>
    public void WriteJson(Stream output) => JsonSerializer.Serialize(output, this, Json);

    /// <summary>Writes a line for each test row of each fold, after a header: transaction_id,score,fold.</summary>
    public void WriteScores(TextWriter output)
    {
        output.Write("transaction_id,score,fold\n");
        foreach (FoldResult fold in Folds)
        {
            foreach (ScoredTransaction row in fold.Scores)
                output.Write(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{row.TransactionId},{row.Score:R},{fold.Name}\n"));
        }
    }
}

/// <summary>What a backtest found in one fold.</summary>
public sealed record FoldResult
{
    /// <summary>The fold.</summary>
    public required string Name { get; init; }

    /// <summary>The training window and what it held; null where a checkpoint was tested as it is.</summary>
    public WindowCounts? Train { get; init; }

    /// <summary>The test window and what was tested of it.</summary>
    public required WindowCounts Test { get; init; }

    /// <summary>Area under the receiver operating characteristic, 0 to 1.</summary>
    public required double AucRoc { get; init; }

    /// <summary>Average precision, 0 to 1.</summary>
    public required double AveragePrecision { get; init; }

    /// <summary>CardPrecision@100, 0 to 1.</summary>
    public required double CardPrecisionAt100 { get; init; }

    /// <summary>Mean squared difference between score and outcome, 0 to 1.</summary>
    public required double Brier { get; init; }

    /// <summary>Expected calibration error, 0 to 1.</summary>
    public required double CalibrationError { get; init; }

    /// <summary>The model's hash.</summary>
    public required string Model { get; init; }

    /// <summary>Time spent on training, in seconds.</summary>
    public double TrainSeconds { get; init; }

    /// <summary>Time spent on replay and scoring, in seconds.</summary>
    public double ScoreSeconds { get; init; }

    /// <summary>The metrics together.</summary>
    internal FoldMetrics Metrics => new(AucRoc, AveragePrecision, CardPrecisionAt100, Brier, CalibrationError);

    /// <summary>The test rows in time order.</summary>
    [JsonIgnore]
    public IReadOnlyList<ScoredTransaction> Scores { get; init; } = [];
}

/// <summary>A window and how many labelled transactions of it counted.</summary>
/// <param name="From">Its first moment.</param>
/// <param name="To">The first moment after it.</param>
/// <param name="Rows">Transactions that counted.</param>
/// <param name="Frauds">Frauds among them.</param>
public sealed record WindowCounts(DateTimeOffset From, DateTimeOffset To, int Rows, int Frauds)
{
    internal static WindowCounts Of(TimeWindow window, int rows, int frauds) => new(window.From.ToDateTimeOffset(), window.To.ToDateTimeOffset(), rows, frauds);
}
