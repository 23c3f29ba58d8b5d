using Depot.Core.Stock;

namespace Depot.Core.Labels;

/// <summary>Writes labels in the language of a printer.</summary>
public interface ILabelWriter
{
    string Write(StockItem item);
}
