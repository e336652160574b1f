namespace Vigil.Features;

/// <summary>Fills a vector's numeric values in the order of <see cref="FeatureList.Numeric"/>.</summary>
ref struct FeatureWriter(Span<double> values)
{
    readonly Span<double> _values = values;

    /// <summary>How many values are written.</summary>
    internal int Written { get; private set; }

    internal void Write(double value) => _values[Written++] = value;

    internal void Write(ReadOnlySpan<double> values)
    {
        values.CopyTo(_values[Written..]);
        Written += values.Length;
    }

    /// <summary>
    /// Writes a time since something in seconds: not negative, at most <see cref="FeatureList.LongestTime"/>, which stands for never.
    /// </summary>
    internal void WriteTimeSince(long? then, long now)
    {
        double longest = FeatureList.LongestTime.TotalSeconds;
        Write(then is long time ? Math.Clamp(Window.Seconds(now - time), 0, longest) : longest);
    }
}
