using Vigil.Features;
using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>
/// Cuts windows into batches of like shape, and fills tensors with them; several threads may at once.
/// </summary>
sealed class TrainingBatches(EncoderConfig config, Normalisation normalisation, Device device, ScalarType? type = null)
{
    readonly RowNormaliser _rows = new(normalisation);
    readonly EncoderInputs _inputs = new(config, normalisation, device, type);

    /// <summary>Batches of windows that all have a predecessor or all have none, of nearly the same length, in random order.</summary>
    internal static List<TrainingWindow[]> Shuffle(IEnumerable<TrainingWindow> windows, int size, Random random)
    {
        var shuffled = windows.ToArray();
        random.Shuffle(shuffled);
        var batches = shuffled
            .GroupBy(window => window.Previous is null)
            .OrderBy(group => group.Key)
            .SelectMany(group => group.OrderBy(window => (window.Own.Count + 3) / 4).Chunk(size)) // a stable sort: random within a length
            .ToArray();
        random.Shuffle(batches);
        return [.. batches];
    }

    /// <summary>One batch's tensors, which belong to the caller's dispose scope.</summary>
    /// <param name="windows">All with a predecessor or all without.</param>
    internal EncoderBatch Fill(TrainingWindow[] windows)
    {
        int rows = windows.Length, length = windows.Max(window => window.Length(config.Memory));
        var filling = _inputs.Begin(rows, length);
        for (int i = 0; i < rows; i++)
        {
            var row = filling[i];
            int place = 0;
            if (windows[i].Previous is { } previous) place = Fill(row, previous, previous.Count - config.Memory, place);
            Fill(row, windows[i].Own, 0, place);
        }
        return filling.ToBatch(windows[0].Previous is null ? 0 : config.Memory);
    }

    /// <summary>The bin of one of a row's numeric features.</summary>
    internal int BinOf(TrainingSegment segment, int row, int feature) =>
        NumericBins.BinOf(normalisation.Edges[feature], normalisation.Standardise(segment.NumericOf(row).Span[feature], feature));

    int Fill(EncoderFilling.Row row, TrainingSegment segment, int from, int place)
    {
        Span<float> standardised = stackalloc float[FeatureList.Numeric.Count];
        for (int i = from; i < segment.Count; i++, place++)
        {
            _rows.ReadBent(segment.NumericOf(i).Span, standardised);
            row.Set(place, new(standardised, segment.CategoricalOf(i).Span, segment.Times[i]));
        }
        return place;
    }
}
