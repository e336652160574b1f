using System.Numerics.Tensors;

namespace Vigil.Model.Baselines;

/// <summary>
/// Minimises a smooth, convex function by L-BFGS (Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 7.5), on one thread: the order of a sum is
/// part of its value.
/// </summary>
static class Lbfgs
{
    const int Memory = 10, MaxSteps = 300;
    const double Tolerance = 1e-8;

    /// <summary>The minimum, up to a relative fall of <see cref="Tolerance"/> in a step.</summary>
    /// <param name="function">The value at a point, and its slope there, which it writes.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="cancellationToken">Asked after every step.</param>
    internal static double[] Minimise(Func<double[], double[], double> function, double[] start, CancellationToken cancellationToken)
    {
        var past = new List<Step>();
        double[] point = start, slope = new double[start.Length];
        double value = function(point, slope);
        for (int i = 0; i < MaxSteps; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double[] direction = Direction(slope, past), next = new double[point.Length], nextSlope = new double[point.Length];
            double fall = -TensorPrimitives.Dot<double>(direction, slope), length = past.Count > 0 ? 1 : 1 / Math.Sqrt(fall), nextValue;
            do
            {
                TensorPrimitives.MultiplyAdd(direction, length, point, next);
                nextValue = function(next, nextSlope);
                length /= 2;
            }
            while (nextValue > value - (1e-4 * 2 * length * fall) && length > 1e-12);
            if (value - nextValue <= Tolerance * Math.Abs(value)) return nextValue < value ? next : point;
            Remember(past, point, slope, next, nextSlope);
            (point, slope, value) = (next, nextSlope, nextValue);
        }
        return point;
    }

    /// <summary>Downhill, by the curvature that the past steps have shown.</summary>
    static double[] Direction(double[] slope, List<Step> past)
    {
        double[] direction = new double[slope.Length], shares = new double[past.Count];
        TensorPrimitives.Negate(slope, direction);
        for (int i = past.Count - 1; i >= 0; i--)
        {
            shares[i] = TensorPrimitives.Dot<double>(past[i].Moved, direction) / past[i].Curvature;
            TensorPrimitives.MultiplyAdd(past[i].Turned, -shares[i], direction, direction);
        }
        if (past.Count > 0) TensorPrimitives.Multiply(direction, past[^1].Curvature / TensorPrimitives.SumOfSquares<double>(past[^1].Turned), direction);
        for (int i = 0; i < past.Count; i++)
        {
            double share = TensorPrimitives.Dot<double>(past[i].Turned, direction) / past[i].Curvature;
            TensorPrimitives.MultiplyAdd(past[i].Moved, shares[i] - share, direction, direction);
        }
        return direction;
    }

    static void Remember(List<Step> past, double[] point, double[] slope, double[] next, double[] nextSlope)
    {
        double[] moved = new double[point.Length], turned = new double[point.Length];
        TensorPrimitives.Subtract(next, point, moved);
        TensorPrimitives.Subtract(nextSlope, slope, turned);
        double curvature = TensorPrimitives.Dot<double>(moved, turned);
        if (curvature <= 0) return; // rounding: a convex function's slope rises along a step
        if (past.Count == Memory) past.RemoveAt(0);
        past.Add(new(moved, turned, curvature));
    }

    /// <summary>A step, how it turned the slope, and the product of the two.</summary>
    sealed record Step(double[] Moved, double[] Turned, double Curvature);
}
