namespace Vigil.Model;

/// <summary>
/// Rotary position from continuous event time (after RoFormer, https://arxiv.org/abs/2104.09864, with time for the position): pair p turns once in a period of
/// its own. The periods are geometric from the shortest to the longest, so that an attention weight can tell 0.1 s from 0.2 s and a day from a week.
/// Training and scoring share this code, so both see the same angles.
/// </summary>
sealed class TimeRotary
{
    readonly long[] _periods; // microseconds

    internal TimeRotary(EncoderConfig config)
    {
        int pairs = config.Rotary / 2;
        double ratio = (double)config.LongestPeriod / config.ShortestPeriod;
        _periods = [.. Enumerable.Range(0, pairs).Select(pair => (long)Math.Round(config.ShortestPeriod * Math.Pow(ratio, pair / Math.Max(1.0, pairs - 1))))];
    }

    /// <summary>Angles of one moment: half the rotary width.</summary>
    internal int Count => _periods.Length;

    /// <summary>The moment's cosines and sines. The remainder is taken on whole microseconds, so that no moment is too late to be told from the next.</summary>
    internal void Fill(long microseconds, Span<float> cos, Span<float> sin)
    {
        for (int i = 0; i < _periods.Length; i++)
        {
            double turn = (double)(microseconds % _periods[i]) / _periods[i];
            (sin[i], cos[i]) = MathF.SinCos((float)(2 * Math.PI * turn));
        }
    }
}
