namespace Vigil.Simulator;

/// <summary>
/// The generator xoshiro256** of Blackman and Vigna (https://prng.di.unimi.it), seeded through SplitMix64 as they advise. Written
/// here because the algorithm behind <see cref="Random"/> is an implementation detail, and a world must be the same on every
/// machine and runtime. The draws use only exact operations and a logarithm or exponential whose last bit vanishes when the result is rounded.
/// </summary>
sealed class Xoshiro256
{
    const double LargestPart = 64;

    ulong _s0, _s1, _s2, _s3;
    double _spareNormal = double.NaN;

    /// <summary>A generator of its own for each pair, so that what one customer does shifts no other customer's draws.</summary>
    public Xoshiro256(ulong seed, ulong stream)
    {
        ulong state = seed;
        state = SplitMix64(ref state) ^ stream;
        (_s0, _s1, _s2, _s3) = (SplitMix64(ref state), SplitMix64(ref state), SplitMix64(ref state), SplitMix64(ref state));
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        ulong result = ulong.RotateLeft(_s1 * 5, 7) * 9;
        ulong shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = ulong.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [from, to).</summary>
    public double Uniform(double from, double to) => from + ((to - from) * Uniform());

    /// <summary>Uniform among 0 to count - 1; the bias of the multiplication is below count / 2^64.</summary>
    public int Below(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>Uniform among 0 to count - 1, for spans of time in microseconds.</summary>
    public long Below(long count) => (long)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>True in the given share of draws.</summary>
    public bool Chance(double share) => Uniform() < share;

    /// <summary>One of a table's rows, each by its weight.</summary>
    /// <param name="cumulative">Sums of the weights, row by row.</param>
    public int Pick(ReadOnlySpan<double> cumulative) => RowAt(cumulative, Uniform());

    /// <summary>The row of a table that lies at a share of the weights' sum.</summary>
    /// <param name="cumulative">Sums of the weights, row by row.</param>
    /// <param name="share">In [0, 1).</param>
    public static int RowAt(ReadOnlySpan<double> cumulative, double share)
    {
        double weight = share * cumulative[^1];
        int row = 0;
        while (row < cumulative.Length - 1 && weight >= cumulative[row]) row++;
        return row;
    }

    /// <summary>Among 0 to count - 1, the smaller the likelier: the first hundredth is drawn every tenth time.</summary>
    public int Skewed(int count)
    {
        double drawn = Uniform();
        return (int)(count * (drawn * drawn));
    }

    /// <summary>Log-normal around a median; the spread is the logarithm's deviation.</summary>
    public double LogNormal(double median, double spread) => median * Math.Exp(Normal(0, spread));

    /// <summary>Normal, by Marsaglia's polar method, which gives two at a time.</summary>
    public double Normal(double mean, double deviation)
    {
        double spare = _spareNormal;
        _spareNormal = double.NaN;
        return mean + (deviation * (double.IsNaN(spare) ? StandardNormal() : spare));
    }

    /// <summary>Poisson, by inversion, in parts where the mean is large.</summary>
    public int Poisson(double mean)
    {
        int count = 0;
        for (; mean > LargestPart; mean -= LargestPart) count += PoissonPart(LargestPart);
        return count + PoissonPart(mean);
    }

    /// <summary>Moves a random choice of the given size to the front of the list; the rest stays behind it in no order.</summary>
    public void ChooseFirst(Span<int> list, int size)
    {
        for (int i = 0; i < size; i++)
        {
            int chosen = i + Below(list.Length - i);
            (list[i], list[chosen]) = (list[chosen], list[i]);
        }
    }

    int PoissonPart(double mean)
    {
        double probability = Math.Exp(-mean);
        double left = Uniform() - probability;
        int count = 0;
        while (left >= 0 && probability > 0)
        {
            probability *= mean / ++count;
            left -= probability;
        }
        return count;
    }

    double StandardNormal()
    {
        double x, y, square;
        do
        {
            x = (2 * Uniform()) - 1;
            y = (2 * Uniform()) - 1;
            square = (x * x) + (y * y);
        }
        while (square is >= 1 or 0);
        double scale = Math.Sqrt(-2 * Math.Log(square) / square);
        _spareNormal = y * scale;
        return x * scale;
    }

    static ulong SplitMix64(ref ulong state)
    {
        ulong mixed = state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
