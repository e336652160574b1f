namespace Vigil.Simulator;

/// <summary>Draws what the customers of a <see cref="HandbookWorld"/> do before any fraudster comes.</summary>
sealed class HandbookCustomers(HandbookWorldOptions options)
{
    const double Side = 100;
    const double Reach = 5;
    const double NoonSecond = 43_200;
    const double SecondDeviation = 20_000;

    readonly (double X, double Y)[] _terminals = DrawTerminals(options);

    /// <summary>All payments, customer after customer and each customer's day after day.</summary>
    public List<SimulatedPayment> Draw()
    {
        var payments = new List<SimulatedPayment>(options.Customers * options.Days * 2);
        for (int customer = 0; customer < options.Customers; customer++) DrawCustomer(customer, payments);
        return payments;
    }

    void DrawCustomer(int customer, List<SimulatedPayment> payments)
    {
        // Stream 0 draws the terminals, stream 1 the frauds.
        var random = new Xoshiro256(options.Seed, (ulong)customer + 2);
        int[] terminals = InReach(random.Uniform(0, Side), random.Uniform(0, Side));
        double meanAmount = random.Uniform(5, 100);
        double perDay = random.Uniform(0, 4);
        if (terminals.Length == 0) return;
        for (int day = 0; day < options.Days; day++)
        {
            for (int left = random.Poisson(perDay); left > 0; left--)
            {
                double second = random.Normal(NoonSecond, SecondDeviation);
                if (second is < 1 or >= SimulatedPayment.SecondsPerDay) continue;
                payments.Add(new()
                {
                    Customer = customer,
                    Second = (day * SimulatedPayment.SecondsPerDay) + (int)second,
                    Cents = DrawCents(random, meanAmount),
                    Terminal = terminals[random.Below(terminals.Length)],
                });
            }
        }
    }

    int[] InReach(double x, double y)
    {
        var found = new List<int>();
        for (int terminal = 0; terminal < _terminals.Length; terminal++)
        {
            double dx = _terminals[terminal].X - x;
            double dy = _terminals[terminal].Y - y;
            if ((dx * dx) + (dy * dy) < Reach * Reach) found.Add(terminal);
        }
        return [.. found];
    }

    static int DrawCents(Xoshiro256 random, double mean)
    {
        double amount = random.Normal(mean, mean / 2);
        if (amount < 0) amount = random.Uniform(0, 2 * mean);
        return (int)Math.Round(100 * amount);
    }

    static (double X, double Y)[] DrawTerminals(HandbookWorldOptions options)
    {
        var random = new Xoshiro256(options.Seed, 0);
        var terminals = new (double, double)[options.Terminals];
        for (int i = 0; i < terminals.Length; i++) terminals[i] = (random.Uniform(0, Side), random.Uniform(0, Side));
        return terminals;
    }
}
