Sequel.migration do
  change do
    create_table :members do
      primary_key :id
      String :name, null: false
      String :mail, null: false
      String :phone
      String :iban
      String :mandate
      Integer :share_cents, default: 0
      TrueClass :locked, default: false
      DateTime :archived_at
    end
  end
end
