using System.Runtime.InteropServices;

namespace Vigil.Simulator;

/// <summary>Marks the frauds of a <see cref="HandbookWorld"/>: three scenarios in order, a later one overwriting an earlier one's mark.</summary>
static class HandbookFrauds
{
    const int LargeCents = 220_00;
    const int TerminalsPerDayOf10000 = 2;
    const int TerminalDays = 28;
    const int CustomersPerDayOf5000 = 3;
    const int CustomerDays = 14;
    const int CustomerFactor = 5;

    /// <summary>Marks payments that lie customer after customer, each customer's day after day; scenario 3 raises amounts too.</summary>
    public static void Mark(List<SimulatedPayment> payments, HandbookWorldOptions options)
    {
        var random = new Xoshiro256(options.Seed, 1);
        Span<SimulatedPayment> all = CollectionsMarshal.AsSpan(payments);
        foreach (ref SimulatedPayment payment in all)
        {
            if (payment.Cents > LargeCents) payment.Scenario = 1;
        }
        MarkTerminals(all, options, random);
        MarkCustomers(all, options, random);
    }

    static void MarkTerminals(Span<SimulatedPayment> payments, HandbookWorldOptions options, Xoshiro256 random)
    {
        int[] terminals = [.. Enumerable.Range(0, options.Terminals)];
        var compromisedOn = new Dictionary<int, List<int>>();
        for (int day = 0; day < options.Days; day++)
        {
            int drawn = Round(options.Terminals * TerminalsPerDayOf10000 / 10_000.0, random);
            random.ChooseFirst(terminals, drawn);
            foreach (int terminal in terminals.AsSpan(0, drawn))
            {
                if (!compromisedOn.TryGetValue(terminal, out List<int>? days)) compromisedOn[terminal] = days = [];
                days.Add(day);
            }
        }
        foreach (ref SimulatedPayment payment in payments)
        {
            if (!compromisedOn.TryGetValue(payment.Terminal, out List<int>? days)) continue;
            foreach (int day in days)
            {
                if (payment.Day >= day && payment.Day < day + TerminalDays) payment.Scenario = 2;
            }
        }
    }

    static void MarkCustomers(Span<SimulatedPayment> payments, HandbookWorldOptions options, Xoshiro256 random)
    {
        int[] starts = StartOfEachCustomer(payments, options.Customers);
        int[] customers = [.. Enumerable.Range(0, options.Customers)];
        var window = new List<int>();
        for (int day = 0; day < options.Days; day++)
        {
            int drawn = Round(options.Customers * CustomersPerDayOf5000 / 5_000.0, random);
            random.ChooseFirst(customers, drawn);
            foreach (int customer in customers.AsSpan(0, drawn))
            {
                window.Clear();
                for (int i = starts[customer]; i < starts[customer + 1]; i++)
                {
                    if (payments[i].Day >= day && payments[i].Day < day + CustomerDays) window.Add(i);
                }
                int frauds = window.Count / 3;
                random.ChooseFirst(CollectionsMarshal.AsSpan(window), frauds);
                foreach (int i in CollectionsMarshal.AsSpan(window)[..frauds])
                {
                    payments[i].Scenario = 3;
                    payments[i].Cents *= CustomerFactor;
                }
            }
        }
    }

    // A world of another size has the published world's rates: what is left of a whole number is drawn by chance.
    static int Round(double expected, Xoshiro256 random)
    {
        double whole = Math.Floor(expected);
        return (int)whole + (expected > whole && random.Uniform() < expected - whole ? 1 : 0);
    }

    static int[] StartOfEachCustomer(ReadOnlySpan<SimulatedPayment> payments, int customers)
    {
        int[] starts = new int[customers + 1];
        foreach (ref readonly SimulatedPayment payment in payments) starts[payment.Customer + 1]++;
        for (int i = 0; i < customers; i++) starts[i + 1] += starts[i];
        return starts;
    }
}
