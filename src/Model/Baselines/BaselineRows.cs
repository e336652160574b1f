namespace Vigil.Model.Baselines;

/// <summary>What a baseline learns from.</summary>
/// <param name="columns">What a row holds.</param>
/// <param name="count">Rows.</param>
sealed class BaselineRows(BaselineColumns columns, int count)
{
    internal BaselineColumns Columns => columns;

    internal int Count => count;

    /// <summary>[row][column].</summary>
    internal float[] Values { get; } = new float[checked(count * columns.Width)];

    /// <summary>1 for a fraud, 0 for a genuine transaction.</summary>
    internal float[] Labels { get; } = new float[count];

    internal Span<float> this[int row] => Values.AsSpan(row * columns.Width, columns.Width);
}
