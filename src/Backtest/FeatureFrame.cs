using Microsoft.Data.Analysis;
using Vigil.Features;
using Vigil.Ingest;

namespace Vigil.Backtest;

/// <summary>
/// Some rows of features as a data frame, filled again and again: transaction_id, a column of doubles for each numeric feature, one of integers for each
/// categorical, and label where asked for; names and order are <see cref="FeatureList"/>'s, values are in raw units.
/// </summary>
sealed class FeatureFrame
{
    /// <summary>The first column.</summary>
    internal const string TransactionId = "transaction_id";

    /// <summary>The last column, where there is one.</summary>
    internal const string Label = "label";

    readonly StringDataFrameColumn _ids;
    readonly DoubleDataFrameColumn[] _numeric;
    readonly Int32DataFrameColumn[] _categorical;
    readonly Int32DataFrameColumn? _labels;

    internal FeatureFrame(int capacity, bool labels)
    {
        _ids = new(TransactionId, capacity);
        _numeric = [.. FeatureList.Numeric.Select(feature => new DoubleDataFrameColumn(feature.Name, capacity))];
        _categorical = [.. FeatureList.Categorical.Select(feature => new Int32DataFrameColumn(feature.Name, capacity))];
        _labels = labels ? new(Label, capacity) : null;
        Frame = new([_ids, .. _numeric, .. _categorical, .. _labels is null ? [] : new DataFrameColumn[] { _labels }]);
    }

    /// <summary>The data; only the first <see cref="Rows"/> rows count.</summary>
    internal DataFrame Frame { get; }

    /// <summary>Rows that are filled.</summary>
    internal int Rows { get; private set; }

    internal bool IsFull => Rows == Frame.Rows.Count;

    internal void Add(in ReplayedTransaction row)
    {
        _ids[Rows] = row.Labelled.Transaction.TransactionId.ToString();
        for (int i = 0; i < _numeric.Length; i++) _numeric[i][Rows] = row.Features.Numeric[i];
        for (int i = 0; i < _categorical.Length; i++) _categorical[i][Rows] = row.Features.Categorical[i];
        if (_labels is not null) _labels[Rows] = row.Labelled.Value is { } value ? value == LabelValue.Fraud ? 1 : 0 : null;
        Rows++;
    }

    internal void Clear() => Rows = 0;
}
